"""Tokens of SmolLM2 by the definition of byte-level BPE: `python3 tokens.py MODEL.gguf` (packages `gguf`, `regex`)."""
import json, sys
import regex
from gguf import GGUFReader
r=GGUFReader(sys.argv[1])
tk=r.fields['tokenizer.ggml.tokens'].contents(); mg=r.fields['tokenizer.ggml.merges'].contents()
ids={t:i for i,t in enumerate(tk)}; rank={tuple(m.split(' ')):i for i,m in enumerate(mg)}
bs=list(range(33,127))+list(range(161,173))+list(range(174,256)); cs=bs[:]; n=0
for b in range(256):
    if b not in bs: bs.append(b); cs.append(256+n); n+=1
B={b:chr(c) for b,c in zip(bs,cs)}
W=regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
C=regex.compile('('+'|'.join(regex.escape(t) for t in tk[:17])+')')
def word(w):
    p=[B[b] for b in w.encode()]
    while len(p)>1:
        k=min(range(len(p)-1), key=lambda i: rank.get((p[i],p[i+1]),1e9))
        if (p[k],p[k+1]) not in rank: break
        p[k:k+2]=[p[k]+p[k+1]]
    return [ids[x] for x in p]
def enc(t):
    out=[]
    for part in C.split(t):
        if part in tk[:17]: out.append(ids[part]); continue
        for piece in regex.split(r'(\p{N})',part):
            for w in W.findall(piece): out+=word(w)
    return out
for t in ["Why might this deal stall?","It's 2026, don't you'll pay 1,250.00 €!","Grüße 日本 👋🏽 naïve","  two  spaces\n\nand\ttabs \n","<|im_start|>user\nHi<|im_end|>\n"]:
    print(json.dumps(t,ensure_ascii=False), enc(t))
p='<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n'
print(len(enc(p)))

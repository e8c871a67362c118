"""Serves a GGUF file by OpenAI's protocol on a free port of this machine, until standard input ends.

usage: llama_server.py FILE KEY
Prints the address. The likeliest token is drawn, and 24 tokens at most, so that answers are the same every time and soon there.
"""

import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path, key = sys.argv[1:]
params.api_keys = [key]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_ctx = 2048
params.n_parallel = 1
params.n_predict = 24
params.cache_prompt = False
params.sampling.temp = 0.0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()

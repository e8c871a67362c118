//! Sentences that recognisers write where nothing is said: [`Boilerplate`].
//!
//! Whisper learned from subtitled videos and writes their closing lines into silence. A turn goes only if all of it is such
//! a line; `thank you` alone is not on the list, for people say it. Source: reports to the recognisers' projects
//! (openai/whisper discussion 679 and the lists of its users), in the languages where they are common.

use super::words::{self, push_words};

#[rustfmt::skip]
const LINES: &[&str] = &[
    "thanks for watching", "thank you for watching", "thank you so much for watching", "thanks for watching guys",
    "please subscribe to my channel", "please subscribe", "like and subscribe", "don't forget to like and subscribe",
    "see you in the next video", "see you next time on the channel", "i'll see you in the next video",
    "subtitles by the amara.org community", "subtitles by amara.org", "transcription by castingwords",
    "transcribed by https://otter.ai", "captions by getty images",
    "untertitel der amara.org-community", "untertitel von stephanie geiges", "untertitel im auftrag des zdf für funk",
    "untertitelung des zdf für funk", "untertitelung aufgrund der amara.org-community", "copyright wdr",
    "vielen dank fürs zuschauen", "vielen dank für's zuschauen", "danke fürs zuschauen",
    "sous-titres réalisés par la communauté d'amara.org", "sous-titrage société radio-canada", "sous-titrage st",
    "merci d'avoir regardé cette vidéo", "abonnez-vous à la chaîne",
    "subtítulos realizados por la comunidad de amara.org", "gracias por ver el video", "suscríbete al canal",
    "legendas pela comunidade amara.org", "obrigado por assistir", "inscreva-se no canal",
    "sottotitoli creati dalla comunità amara.org", "sottotitoli e revisione a cura di qtss", "grazie per la visione",
    "ondertitels ingediend door de amara.org gemeenschap", "ondertiteling door de amara.org gemeenschap",
    "napisy stworzone przez społeczność amara.org", "dziękuję za oglądanie", "tack för att ni tittade",
    "titulky vytvořil johnyx", "altyazı m.k", "abone olmayı unutmayın", "izlediğiniz için teşekkür ederim",
    "субтитры сделал dimatorzok", "субтитры создавал dimatorzok", "продолжение следует", "спасибо за просмотр",
    "ご視聴ありがとうございました", "次の動画でお会いしましょう", "字幕by索兰娅", "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
    "시청해주셔서 감사합니다",
];

/// The lines as numbers of words.
#[derive(Debug, Clone)]
pub(super) struct Boilerplate {
    /// Those of so many words, for each number of words up to the longest line's.
    lines: Vec<Vec<Vec<u32>>>,
}

impl Boilerplate {
    pub(super) fn new() -> Self {
        let mut lines: Vec<Vec<Vec<u32>>> = Vec::new();
        for line in LINES {
            let mut numbers = Vec::new();
            push_words(line, &mut numbers);
            if lines.len() <= numbers.len() {
                lines.resize(numbers.len() + 1, Vec::new());
            }
            if let Some(lines) = lines.get_mut(numbers.len()) {
                lines.push(numbers);
            }
        }
        Self { lines }
    }

    /// Whether these words, all of a turn, are such a line.
    pub(super) fn is_all_of(&self, words: &[u32]) -> bool {
        let mut lines = self.lines.get(words.len()).into_iter().flatten();
        lines.any(|line| line.iter().zip(words).all(|(a, b)| words::is_same(*a, *b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_boilerplate(text: &str) -> bool {
        let mut words = Vec::new();
        push_words(text, &mut words);
        Boilerplate::new().is_all_of(&words)
    }

    #[test]
    fn only_a_whole_line_is_boilerplate() {
        assert!(is_boilerplate("Thanks for watching!"));
        assert!(is_boilerplate("Untertitel der Amara.org-Community"));
        assert!(is_boilerplate("ご視聴ありがとうございました"));
        assert!(!is_boilerplate("Thanks for watching the demo"));
        assert!(!is_boilerplate("Thank you."));
        assert!(!is_boilerplate(""));
    }
}

use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, value::Serde};
use vaxslot_domain::preferences::{Channel, Language};

use crate::message::{Facts, Which};

macro_rules! texts {
    ($($folder:literal)+) => {
        [$(texts!(@ $folder "confirmed"), texts!(@ $folder "rescheduled"), texts!(@ $folder "cancelled"), texts!(@ $folder "reminder"),)+]
    };
    (@ $folder:literal $name:literal) => {
        (concat!($folder, "/", $name), include_str!(concat!("../templates/", $folder, "/", $name, ".txt")))
    };
}

/// Every text with its place.
const TEXTS: [(&str, &str); 48] = texts! {
    "en/sms" "en/email" "en/whatsapp"
    "hi/sms" "hi/email" "hi/whatsapp"
    "mr/sms" "mr/email" "mr/whatsapp"
    "ta/sms" "ta/email" "ta/whatsapp"
};

/// A message as it goes out.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Of e-mail.
    pub subject: Option<String>,
    pub text: String,
}

/// The texts of all messages.
pub struct Templates(Environment<'static>);

impl Templates {
    /// # Errors
    /// When a text does not parse.
    pub fn load() -> Result<Self, Error> {
        Self::of(&TEXTS)
    }

    fn of(texts: &[(&'static str, &'static str)]) -> Result<Self, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (place, text) in texts {
            environment.add_template(place, text)?;
        }
        Ok(Self(environment))
    }

    /// The text, or the English one where there is none in the language; and which it is.
    ///
    /// # Errors
    /// When a text asks for a fact that there is not, or an e-mail has no subject. No error shows a fact.
    pub fn render(&self, which: Which, facts: impl Fn(Language) -> Facts) -> Result<(Which, Rendered), Error> {
        let english = Which { language: Language::English, ..which };
        let (which, text) = match self.0.get_template(&which.place()) {
            Ok(text) => (which, text),
            Err(_) => (english, self.0.get_template(&english.place())?),
        };
        let whole = text.render(Serde(facts(which.language)))?;
        let rendered = match which.channel {
            Channel::Email => letter(&whole).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "no subject"))?,
            Channel::Sms | Channel::WhatsApp => Rendered { subject: None, text: whole.trim().to_owned() },
        };
        Ok((which, rendered))
    }
}

/// The subject stands in the first line, the letter after an empty one.
fn letter(whole: &str) -> Option<Rendered> {
    let (subject, text) = whole.strip_prefix("Subject: ")?.split_once("\n\n")?;
    let subject = subject.trim();
    let one_line = !subject.is_empty() && !subject.contains(char::is_control);
    one_line.then(|| Rendered { subject: Some(subject.to_owned()), text: text.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::{days, message::Template};

    fn facts(language: Language) -> Facts {
        Facts {
            name: "Asha Rao".to_owned(),
            vaccine: "COVISHIELD".to_owned(),
            dose: 2,
            date: days::written("2026-11-22".parse().unwrap(), language),
            slot: "09:00-11:00".to_owned(),
            center: "District Hospital Aundh".to_owned(),
            address: "Sangavi Phata".to_owned(),
            pincode: 411_027,
            reference: "FJD3R-MGB3S-A".to_owned(),
        }
    }

    fn every() -> impl Iterator<Item = Which> {
        let channels = |language| Channel::ALL.iter().map(move |channel| (language, *channel));
        let all = |(language, channel)| Template::ALL.map(|template| Which { language, channel, template });
        Language::ALL.iter().copied().flat_map(channels).flat_map(all)
    }

    fn render(which: Which) -> Rendered {
        let (found, rendered) = Templates::load().unwrap().render(which, facts).unwrap();
        assert_eq!(found, which, "there is one in every language");
        rendered
    }

    #[test]
    fn every_message_in_every_language_says_who_what_when_and_where() {
        for which in every() {
            let Rendered { subject, text } = render(which);
            let date = days::written("2026-11-22".parse().unwrap(), which.language);
            for fact in ["Asha Rao", &date, "09:00-11:00", "District Hospital Aundh", "FJD3R-MGB3S-A"] {
                assert!(text.contains(fact), "{which:?}: {fact} is missing in: {text}");
            }
            if which.template != Template::Cancelled {
                for fact in ["COVISHIELD", "2", "Sangavi Phata", "411027"] {
                    assert!(text.contains(fact), "{which:?}: {fact} is missing in: {text}");
                }
            }
            assert_eq!(subject.is_some(), which.channel == Channel::Email, "{which:?}");
            assert!(subject.is_none_or(|subject| subject.contains(&date)), "{which:?}");
            assert!(!text.contains(['{', '}']), "{which:?}: {text}");
        }
    }

    #[test]
    fn each_text_is_another_one() {
        let texts: BTreeSet<String> = every().map(|which| render(which).text).collect();
        assert_eq!(texts.len(), every().count());
    }

    #[test]
    fn texts_are_in_the_script_of_their_language() {
        for which in every() {
            let text = render(which).text;
            let of =
                |range: std::ops::RangeInclusive<char>| text.chars().filter(|letter| range.contains(letter)).count();
            let (devanagari, tamil) = (of('\u{900}'..='\u{97f}'), of('\u{b80}'..='\u{bff}'));
            let expected = match which.language {
                Language::English => (devanagari, tamil) == (0, 0),
                Language::Hindi | Language::Marathi => devanagari > 20 && tamil == 0,
                Language::Tamil => tamil > 20 && devanagari == 0,
            };
            assert!(expected, "{which:?}: {text}");
        }
    }

    #[test]
    fn a_text_message_is_one_line_that_says_who_sends_it() {
        for which in every().filter(|which| which.channel == Channel::Sms) {
            let text = render(which).text;
            assert!(text.starts_with("Vaxslot: ") && !text.contains('\n'), "{which:?}: {text}");
        }
    }

    #[test]
    fn where_there_is_no_text_in_a_language_there_is_the_english_one() {
        let english: Vec<_> = TEXTS.into_iter().filter(|(place, _)| place.starts_with("en/")).collect();
        let templates = Templates::of(&english).unwrap();
        for which in every() {
            let (found, rendered) = templates.render(which, facts).unwrap();
            assert_eq!(found, Which { language: Language::English, ..which });
            assert!(rendered.text.contains("Sun 22 Nov 2026"), "with the day in English, too");
        }
    }

    #[test]
    fn every_file_is_in_use() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut count = 0;
        for which in every() {
            assert!(folder.join(which.place()).with_extension("txt").is_file(), "{which:?}");
        }
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() { folders.push(entry) } else { count += 1 }
            }
        }
        assert_eq!(count, TEXTS.len());
    }
}

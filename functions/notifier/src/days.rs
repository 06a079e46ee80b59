use vaxslot_domain::{Date, preferences::Language};

const HINDI: [&str; 12] =
    ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"];
const HINDI_DAYS: [&str; 7] = ["सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"];
const MARATHI: [&str; 12] =
    ["जानेवारी", "फेब्रुवारी", "मार्च", "एप्रिल", "मे", "जून", "जुलै", "ऑगस्ट", "सप्टेंबर", "ऑक्टोबर", "नोव्हेंबर", "डिसेंबर"];
const MARATHI_DAYS: [&str; 7] = ["सोमवार", "मंगळवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"];
const TAMIL: [&str; 12] =
    ["ஜனவரி", "பிப்ரவரி", "மார்ச்", "ஏப்ரல்", "மே", "ஜூன்", "ஜூலை", "ஆகஸ்ட்", "செப்டம்பர்", "அக்டோபர்", "நவம்பர்", "டிசம்பர்"];
const TAMIL_DAYS: [&str; 7] = ["திங்கள்", "செவ்வாய்", "புதன்", "வியாழன்", "வெள்ளி", "சனி", "ஞாயிறு"];

/// A day as people write it: `Sun 22 Nov 2026`, `रविवार 22 नवंबर 2026`.
pub fn written(date: Date, language: Language) -> String {
    let (months, days) = match language {
        Language::English => return date.strftime("%a %-d %b %Y").to_string(),
        Language::Hindi => (HINDI, HINDI_DAYS),
        Language::Marathi => (MARATHI, MARATHI_DAYS),
        Language::Tamil => (TAMIL, TAMIL_DAYS),
    };
    let place = |number: i8| usize::try_from(number).unwrap_or_default();
    let day = days[place(date.weekday().to_monday_zero_offset())];
    format!("{day} {} {} {}", date.day(), months[place(date.month() - 1)], date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names_in_each_language() {
        let written =
            |date: &str| Language::ALL.iter().map(|one| written(date.parse().unwrap(), *one)).collect::<Vec<_>>();
        let sunday = ["Sun 22 Nov 2026", "रविवार 22 नवंबर 2026", "रविवार 22 नोव्हेंबर 2026", "ஞாயிறு 22 நவம்பர் 2026"];
        assert_eq!(written("2026-11-22"), sunday);
        let thursday = ["Thu 1 Jan 2026", "गुरुवार 1 जनवरी 2026", "गुरुवार 1 जानेवारी 2026", "வியாழன் 1 ஜனவரி 2026"];
        assert_eq!(written("2026-01-01"), thursday);
    }
}

import type en from "../en/search.ts";

const words: Record<keyof typeof en, string> = {
    availability: "தடுப்பூசிக்கான காலி இடங்கள்",
    "availability.lead": "இடத்தையும் நாளையும் தேர்ந்தெடுக்கவும். எண்கள் தாமாக மாறும்.",
    "search.form": "தேடல்",
    "search.by": "இதன்படி தேடு",
    "search.filters": "மேலும்: தடுப்பூசி, தவணை, வயது, கட்டணம்",
    "search.available": "காலி இடங்கள் உள்ளவை மட்டும்",
    "search.otherDay": "வேறு நாள்",
    "search.results": "மையங்கள்",
    "search.start": "மையங்களைப் பார்க்க மாவட்டத்தைத் தேர்ந்தெடுக்கவும் அல்லது அஞ்சல் குறியீட்டை எழுதவும்.",
    "search.found": "கிடைத்த மையங்கள்: {centers}.",
    "search.nothing": "எந்த அமர்வும் பொருந்தவில்லை. வேறு நாள் அல்லது குறைந்த நிபந்தனைகளை முயற்சிக்கவும்.",
    "search.at": "{at} நிலவரப்படி",
    "search.more": "மேலும் மையங்களைக் காட்டு",
    "search.hours": "{from} முதல் {to} வரை திறந்திருக்கும்",
    "search.times": "நேரங்கள் ({count})",
    "search.slots": "நேரம் மற்றும் தவணை வாரியாகக் காலி இடங்கள்",
    "search.book": "நேரத்தைத் தேர்ந்தெடு",
    "search.alert": "இடம் வந்தால் எனக்குத் தெரிவி",
};
export default words;

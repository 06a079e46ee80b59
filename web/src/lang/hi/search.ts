import type en from "../en/search.ts";

const words: Record<keyof typeof en, string> = {
    availability: "टीकाकरण के खाली स्थान",
    "availability.lead": "जगह और दिन चुनें। संख्याएँ अपने आप बदलती हैं।",
    "search.form": "खोज",
    "search.by": "इससे खोजें",
    "search.filters": "और: टीका, खुराक, आयु, मूल्य",
    "search.available": "केवल खाली स्थान वाले",
    "search.otherDay": "दूसरा दिन",
    "search.results": "केंद्र",
    "search.start": "केंद्र देखने के लिए ज़िला चुनें या पिनकोड लिखें।",
    "search.found": "मिले केंद्र: {centers}।",
    "search.nothing": "कोई सत्र नहीं मिला। दूसरा दिन या कम शर्तें आज़माएँ।",
    "search.at": "{at} तक",
    "search.more": "और केंद्र दिखाएँ",
    "search.hours": "{from} से {to} तक खुला",
    "search.times": "समय ({count})",
    "search.slots": "समय और खुराक के अनुसार खाली स्थान",
    "search.book": "समय चुनें",
    "search.alert": "स्थान होने पर मुझे बताएँ",
};
export default words;

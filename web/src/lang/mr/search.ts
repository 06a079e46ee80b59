import type en from "../en/search.ts";

const words: Record<keyof typeof en, string> = {
    availability: "लसीकरणाच्या मोकळ्या जागा",
    "availability.lead": "ठिकाण आणि दिवस निवडा. आकडे आपोआप बदलतात.",
    "search.form": "शोध",
    "search.by": "यावरून शोधा",
    "search.filters": "आणखी: लस, मात्रा, वय, किंमत",
    "search.available": "फक्त मोकळ्या जागा असलेली",
    "search.otherDay": "दुसरा दिवस",
    "search.results": "केंद्रे",
    "search.start": "केंद्रे पाहण्यासाठी जिल्हा निवडा किंवा पिनकोड लिहा.",
    "search.found": "सापडलेली केंद्रे: {centers}.",
    "search.nothing": "कोणतेही सत्र बसत नाही. दुसरा दिवस किंवा कमी अटी वापरून पाहा.",
    "search.at": "{at} पर्यंत",
    "search.more": "आणखी केंद्रे दाखवा",
    "search.hours": "{from} ते {to} उघडे",
    "search.times": "वेळा ({count})",
    "search.slots": "वेळ आणि मात्रेनुसार मोकळ्या जागा",
    "search.book": "वेळ निवडा",
    "search.alert": "जागा झाल्यावर मला कळवा",
};
export default words;

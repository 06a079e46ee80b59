import type en from "../en/messages.ts";

const words: Record<keyof typeof en, string> = {
    "messages.lead": "आपके अपॉइंटमेंट के साथ जो होता है वह आपको बताया जाता है, और एक दिन पहले याद दिलाया जाता है। लॉग इन के कोड हर हाल में आते हैं।",
    "messages.told": "मुझे अपॉइंटमेंट के संदेश भेजें",
    "messages.language": "संदेशों की भाषा",
    "messages.useLanguage": "इस पृष्ठ की भाषा लें: {language}",
    "messages.channels": "कैसे",
    "messages.channelsHint": "ई-मेल और व्हाट्सऐप वहीं आते हैं जहाँ आपका कार्यक्रम उन्हें भेजता है। जब तक पक्का न हो कि वे पहुँचते हैं, एसएमएस चालू रखें।",
    "channel.SMS": "एसएमएस",
    "channel.EMAIL": "ई-मेल",
    "channel.WHATSAPP": "व्हाट्सऐप",
    "messages.email": "ई-मेल पता",
    "messages.emailHint": "कोई नहीं जाँचता कि यह आपका है। एक बार फिर पढ़ लें।",
    "messages.quiet": "शांत समय",
    "messages.from": "शांति कब से",
    "messages.to": "शांति कब तक",
    "messages.quietHint": "केंद्र की घड़ी के अनुसार। इस बीच जो होता है वह इसके अंत में बताया जाता है, जब तक अपॉइंटमेंट उसके तुरंत बाद न हो।",
    "messages.noChannel": "कम से कम एक तरीका चुनें।",
    "messages.badQuiet": "दो समय, जिनके बीच एक मिनट से 14 घंटे तक हों।",
    "messages.saved": "सहेजा गया। भाषा: {language}। कैसे: {channels}। शांत समय: {quiet}।",
    "messages.noQuiet": "कोई नहीं",
    "messages.savedNone": "सहेजा गया। अपॉइंटमेंट के संदेश नहीं आएँगे।",
    badEmail: "यह ई-मेल पता नहीं है। वह asha@example.org जैसा होता है।",
};
export default words;

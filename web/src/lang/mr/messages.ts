import type en from "../en/messages.ts";

const words: Record<keyof typeof en, string> = {
    "messages.lead": "तुमच्या भेटींबाबत जे घडते ते तुम्हाला कळवले जाते, आणि एक दिवस आधी आठवण करून दिली जाते. लॉग इनचे कोड नेहमीच येतात.",
    "messages.told": "मला भेटींचे संदेश पाठवा",
    "messages.language": "संदेशांची भाषा",
    "messages.useLanguage": "या पानाची भाषा घ्या: {language}",
    "messages.channels": "कसे",
    "messages.channelsHint": "तुमचा कार्यक्रम पाठवत असेल तरच ई-मेल आणि व्हॉट्सॲप येतात. ते पोहोचतात याची खात्री नसेल तर एसएमएस सुरू ठेवा.",
    "channel.SMS": "एसएमएस",
    "channel.EMAIL": "ई-मेल",
    "channel.WHATSAPP": "व्हॉट्सॲप",
    "messages.email": "ई-मेल पत्ता",
    "messages.emailHint": "तो तुमचा आहे का हे कोणी तपासत नाही. पुन्हा एकदा वाचा.",
    "messages.quiet": "शांत वेळ",
    "messages.from": "शांतता केव्हापासून",
    "messages.to": "शांतता केव्हापर्यंत",
    "messages.quietHint": "केंद्राच्या घड्याळाप्रमाणे. या दरम्यान जे घडते ते शेवटी कळवले जाते, भेट लगेच नंतर नसेल तर.",
    "messages.noChannel": "किमान एक मार्ग निवडा.",
    "messages.badQuiet": "दोन वेळा, ज्यांत एक मिनिट ते 14 तास अंतर असेल.",
    "messages.saved": "जतन झाले. भाषा: {language}. कसे: {channels}. शांत वेळ: {quiet}.",
    "messages.noQuiet": "नाही",
    "messages.savedNone": "जतन झाले. भेटींचे संदेश येणार नाहीत.",
    badEmail: "हा ई-मेल पत्ता नाही. तो asha@example.org असा असतो.",
};
export default words;

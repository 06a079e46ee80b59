import type en from "../en/messages.ts";

const words: Record<keyof typeof en, string> = {
    "messages.lead": "உங்கள் சந்திப்புகளுக்கு என்ன நடந்தாலும் உங்களுக்குத் தெரிவிக்கப்படும், முந்தைய நாள் நினைவூட்டலும் வரும். உள்நுழைவுக் குறியீடுகள் எப்போதும் வரும்.",
    "messages.told": "சந்திப்புகள் பற்றிய செய்திகளை எனக்கு அனுப்பு",
    "messages.language": "செய்திகளின் மொழி",
    "messages.useLanguage": "இந்தப் பக்கத்தின் மொழியைப் பயன்படுத்து: {language}",
    "messages.channels": "எப்படி",
    "messages.channelsHint": "உங்கள் திட்டம் அனுப்பினால் மட்டுமே மின்னஞ்சலும் வாட்ஸ்அப்பும் வரும். அவை வருவது உறுதியாகும் வரை குறுஞ்செய்தியை வைத்திருங்கள்.",
    "channel.SMS": "குறுஞ்செய்தி (SMS)",
    "channel.EMAIL": "மின்னஞ்சல்",
    "channel.WHATSAPP": "வாட்ஸ்அப்",
    "messages.email": "மின்னஞ்சல் முகவரி",
    "messages.emailHint": "இது உங்களுடையதா என யாரும் சரிபார்ப்பதில்லை. மீண்டும் ஒருமுறை படியுங்கள்.",
    "messages.quiet": "அமைதி நேரம்",
    "messages.from": "அமைதி எப்போதிருந்து",
    "messages.to": "அமைதி எதுவரை",
    "messages.quietHint": "மையத்தின் கடிகாரப்படி. இடையில் நடப்பது அதன் முடிவில் தெரிவிக்கப்படும், சந்திப்பு உடனே அடுத்து இல்லாவிட்டால்.",
    "messages.noChannel": "குறைந்தது ஒரு வழியைத் தேர்ந்தெடுக்கவும்.",
    "messages.badQuiet": "ஒரு நிமிடம் முதல் 14 மணி நேரம் வரை இடைவெளி உள்ள இரண்டு நேரங்கள்.",
    "messages.saved": "சேமிக்கப்பட்டது. மொழி: {language}. எப்படி: {channels}. அமைதி நேரம்: {quiet}.",
    "messages.noQuiet": "இல்லை",
    "messages.savedNone": "சேமிக்கப்பட்டது. சந்திப்புகள் பற்றிய செய்திகள் வராது.",
    badEmail: "இது மின்னஞ்சல் முகவரி அல்ல. அது asha@example.org போல இருக்கும்.",
};
export default words;

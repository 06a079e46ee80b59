/** A number in international form (E.164), or null. Ten digits are an Indian number. */
export function e164(text: string): string | null {
    const plain = text.replace(/[\s().-]/g, "");
    if (/^0?[6-9]\d{9}$/.test(plain)) return `+91${plain.slice(-10)}`;
    return /^\+[1-9]\d{7,14}$/.test(plain) ? plain : null;
}

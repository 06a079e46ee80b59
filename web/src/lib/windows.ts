const WINDOW = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** `09:00-13:00, 14:00-17:00` as a list, or null if something in it is no window of time. Empty text is an empty list. */
export function windows(text: string): string[] | null {
    const parts = text.split(/[,;\n]/).map((part) => part.replace(/\s/g, "").replace("–", "-")).filter(Boolean);
    return parts.every((part) => WINDOW.test(part)) ? parts : null;
}

// Dates, instants and numbers as the reader writes them. Digits are the Latin ones throughout, as in references and codes.

export const LANGUAGES = ["en", "hi", "mr", "ta"] as const;
export type Language = (typeof LANGUAGES)[number];
/** Each as its own speakers call it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", hi: "हिन्दी", mr: "मराठी", ta: "தமிழ்" };

export const INDIA = "Asia/Kolkata";

/** The day of an instant by a zone's clock, as `YYYY-MM-DD`. */
export function dayIn(zone: string, instant: Date): string {
    const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    return parts.format(instant);
}

export function addDays(day: string, days: number): string {
    const date = new Date(`${day}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().slice(0, 10);
}

export class Formats {
    private readonly locale: string;

    constructor(language: Language) {
        this.locale = `${language}-IN-u-nu-latn`;
    }

    number(value: number): string {
        return new Intl.NumberFormat(this.locale).format(value);
    }

    percent(share: number): string {
        return new Intl.NumberFormat(this.locale, { style: "percent", maximumFractionDigits: 1 }).format(share);
    }

    rupees(value: number): string {
        return new Intl.NumberFormat(this.locale, { style: "currency", currency: "INR", maximumFractionDigits: 0 }).format(value);
    }

    day(day: string): string {
        return this.date(day, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
    }

    shortDay(day: string): string {
        return this.date(day, { weekday: "short", day: "numeric", month: "short" });
    }

    /** A birth is a year, or a date. */
    birth(birth: string): string {
        return birth.length === 4 ? birth : this.date(birth, { day: "numeric", month: "short", year: "numeric" });
    }

    instant(instant: string | Date, zone: string = INDIA): string {
        const options = { timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
        return new Intl.DateTimeFormat(this.locale, options).format(new Date(instant));
    }

    clock(instant: Date, zone: string = INDIA): string {
        const options = { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
        return new Intl.DateTimeFormat(this.locale, options).format(instant);
    }

    private date(day: string, options: Intl.DateTimeFormatOptions): string {
        return new Intl.DateTimeFormat(this.locale, { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
    }
}

/** `09:00-11:00` with a dash that is not taken for a minus. */
export function slotText(slot: string): string {
    return slot.replace("-", "–");
}

// The words of one language, loaded by the areas that a page needs.
import { LANGUAGES, type Language } from "./format.ts";
import type common from "../lang/en/common.ts";
import type search from "../lang/en/search.ts";
import type problems from "../lang/en/problems.ts";
import type book from "../lang/en/book.ts";
import type messages from "../lang/en/messages.ts";
import type staff from "../lang/en/staff.ts";
import type reports from "../lang/en/reports.ts";

interface Areas {
    common: typeof common;
    search: typeof search;
    problems: typeof problems;
    book: typeof book;
    messages: typeof messages;
    staff: typeof staff;
    reports: typeof reports;
}

export type Area = keyof Areas;
export type Key = { [A in Area]: keyof Areas[A] }[Area];
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: Key, values?: Values) => string;

const CHOICE = "vaxslot.language";

export async function load(language: Language, areas: readonly Area[]): Promise<Translate> {
    const parts = areas.map(async (area) => {
        const words = (await import(`../lang/${language}/${area}.ts`)) as { default: Record<string, string> };
        return Object.entries(words.default);
    });
    const words = new Map((await Promise.all(parts)).flat());
    return (key, values) => fill(words.get(key) ?? key, values ?? {});
}

/** Puts values into the places that `{name}` marks. */
export function fill(text: string, values: Values): string {
    return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** What the person chose before, else the first language of the browser that is there, else English. */
export function choose(chosen: string | null, wanted: readonly string[]): Language {
    const candidates = [chosen ?? "", ...wanted].map((tag) => tag.toLowerCase().split("-")[0]);
    return LANGUAGES.find((language) => language === candidates.find((tag) => LANGUAGES.some((known) => known === tag))) ?? "en";
}

export function current(): Language {
    return choose(localStorage.getItem(CHOICE), navigator.languages);
}

export function keep(language: Language): void {
    localStorage.setItem(CHOICE, language);
}

// What every page has: the words, the API, who is logged in, and the frame around its content.
import { type ComponentChildren, type ComponentType, createContext, render } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { Api } from "../lib/api.ts";
import { Formats, type Language } from "../lib/format.ts";
import { type Area, current, keep, load, type Translate } from "../lib/i18n.ts";
import { isRecord } from "../lib/problem.ts";
import { Frame } from "./frame.tsx";

export interface App {
    readonly api: Api;
    readonly t: Translate;
    readonly f: Formats;
    readonly language: Language;
    readonly setLanguage: (language: Language) => void;
    /** Loads words beyond those that the page began with. */
    readonly need: (areas: readonly Area[]) => Promise<void>;
}

const Context = createContext<App | null>(null);

export function useApp(): App {
    const app = useContext(Context);
    if (!app) throw new Error("outside of the page");
    return app;
}

export type PageName = "availability" | "book" | "staff" | "reports";

/** Shows a page in the element `#page`, in the language of the person. */
export async function start(page: PageName, areas: readonly Area[], Content: ComponentType): Promise<void> {
    const language = current();
    const [address, t] = await Promise.all([apiAddress(), load(language, areas)]);
    const api = new Api(address);
    const place = document.getElementById("page");
    if (!place) throw new Error("the page has no place for its content");
    place.replaceChildren();
    render(<Whole api={api} first={{ language, t }} page={page} areas={areas} content={<Content />} />, place);
}

/** Where the API is, as it was written down when the pages were deployed. */
async function apiAddress(): Promise<string> {
    const config: unknown = await (await fetch("config.json")).json();
    if (!isRecord(config) || typeof config["api"] !== "string") throw new Error("config.json names no API");
    return config["api"].replace(/\/$/, "");
}

interface WholeProps {
    api: Api;
    first: { language: Language; t: Translate };
    page: PageName;
    areas: readonly Area[];
    content: ComponentChildren;
}

function Whole({ api, first, page, areas, content }: WholeProps) {
    const [spoken, speak] = useState(first);
    useEffect(() => {
        document.documentElement.lang = spoken.language;
    }, [spoken]);
    const needed = useRef(areas);
    const learn = async (language: Language) => {
        const t = await load(language, needed.current);
        // Another language may have been chosen meanwhile.
        if (language === current()) speak({ language, t });
    };
    const setLanguage = (language: Language) => {
        keep(language);
        void learn(language);
    };
    const need = (more: readonly Area[]) => {
        needed.current = [...new Set([...needed.current, ...more])];
        return learn(current());
    };
    const app = { api, t: spoken.t, f: new Formats(spoken.language), language: spoken.language, setLanguage, need };
    return (
        <Context.Provider value={app}>
            <Frame page={page}>{content}</Frame>
        </Context.Provider>
    );
}

/** Draws again when somebody logs in or out. */
export function useLogin() {
    const { login } = useApp().api;
    const [, draw] = useState({});
    useEffect(() => login.onChange(() => draw({})), [login]);
    return login;
}

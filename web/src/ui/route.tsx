// Places within a page, kept in the fragment of its address: they can be bookmarked, and "back" leads back.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "./app.tsx";

/** Whether somebody has moved within the page: then the new heading takes the focus, so that it is read out. */
let moved = false;

export function go(place: string): void {
    location.hash = place;
}

export function useRoute(): { parts: string[]; query: URLSearchParams } {
    const [hash, set] = useState(location.hash);
    useEffect(() => {
        const follow = () => {
            moved = true;
            set(location.hash);
        };
        window.addEventListener("hashchange", follow);
        return () => window.removeEventListener("hashchange", follow);
    }, []);
    const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
    return { parts: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
}

/** The heading of a place, which names the page and takes the focus when somebody comes there. */
export function Heading({ children, name }: { children?: ComponentChildren; name: string }) {
    const { t } = useApp();
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${name} – ${t("brand")}`;
    }, [name, t]);
    useEffect(() => {
        if (moved) heading.current?.focus();
    }, []);
    return (
        <h1 ref={heading} tabIndex={-1}>
            {children ?? name}
        </h1>
    );
}

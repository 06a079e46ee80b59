// A view that is fetched when somebody first comes there, with words of its own: nobody else waits for it.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Area } from "../lib/i18n.ts";
import { Refusal } from "../lib/problem.ts";
import { useApp } from "./app.tsx";
import { Problem } from "./problem.tsx";

interface LaterProps {
    areas: readonly Area[];
    fetch: () => Promise<ComponentType>;
}

export function Later({ areas, fetch }: LaterProps) {
    const { t, need } = useApp();
    const [View, show] = useState<ComponentType | null>(null);
    const [lost, lose] = useState(false);
    useEffect(() => {
        Promise.all([fetch(), need(areas)]).then(
            ([view]) => show(() => view),
            () => lose(true),
        );
    }, []);
    if (View) return <View />;
    // A browser may keep in mind that a part of the page did not come, until the page is loaded again.
    if (lost) return <Problem refusal={Refusal.offline()} again={() => location.reload()} />;
    return <p role="status">{t("loading")}</p>;
}

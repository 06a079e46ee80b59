// A search and what it finds, kept up to date.
import { useEffect, useState } from "preact/hooks";
import type { Session, Sessions } from "../../.generated/api.ts";
import { byCenter, type Filters, toSearch } from "../lib/filters.ts";
import { useApp } from "../ui/app.tsx";
import { AVAILABILITY, useLive } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { SearchForm } from "./form.tsx";
import { type Action, Results } from "./results.tsx";

interface PanelProps {
    filters: Filters;
    onFilters: (filters: Filters) => void;
    action: Action;
    settled?: boolean;
}

interface Found {
    readonly sessions: Session[];
    readonly more: boolean;
}

export function SearchPanel({ filters, onFilters, action, settled }: PanelProps) {
    const { api, t, f } = useApp();
    const path = toSearch(filters);
    const [pages, setPages] = useState(1);
    useEffect(() => setPages(1), [path]);
    const live = useLive<Found>(path && `${path} ${pages}`, () => fetchPages(path ?? "", pages), AVAILABILITY);

    async function fetchPages(search: string, count: number): Promise<{ data: Found; tag: string }> {
        const sessions: Session[] = [];
        const tags: string[] = [];
        let cursor: string | null = null;
        for (let page = 0; page < count; page++) {
            const answer = await api.look<Sessions>(cursor === null ? search : `${search}&cursor=${encodeURIComponent(cursor)}`);
            const body: Sessions = answer.body;
            sessions.push(...body.sessions);
            tags.push(answer.tag ?? JSON.stringify(body));
            cursor = body.next_cursor;
            if (cursor === null) break;
        }
        return { data: { sessions, more: cursor !== null }, tag: tags.join() };
    }

    const groups = byCenter(live.data?.sessions ?? [], filters.dose);
    const places = groups.reduce((sum, group) => sum + group.places, 0);
    return (
        <>
            <SearchForm filters={filters} onFilters={onFilters} settled={settled} />
            <section aria-labelledby="results">
                <h2 id="results">{t("search.results")}</h2>
                <p role="status" class="summary">
                    {path === null && t("search.start")}
                    {path !== null && !live.data && !live.refusal && t("loading")}
                    {live.data && (groups.length > 0 ? t("search.found", { centers: f.number(groups.length) }) : t("search.nothing"))}
                </p>
                {live.data && groups.length > 0 && (
                    <p class="summary">
                        <b>{t("places", { count: f.number(places) })}</b>{" "}
                        {live.at && <span class="dim">{t("search.at", { at: f.clock(live.at) })}</span>}
                    </p>
                )}
                {live.refusal && <Problem refusal={live.refusal} again={live.again} />}
                {live.data && <Results sessions={live.data.sessions} dose={filters.dose} action={action} />}
                {live.data?.more && (
                    <button type="button" onClick={() => setPages(pages + 1)}>
                        {t("search.more")}
                    </button>
                )}
            </section>
        </>
    );
}

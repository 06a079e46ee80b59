import { useState } from "preact/hooks";
import { type Filters, fromAddress, toAddress } from "../lib/filters.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import { SearchPanel } from "../search/panel.tsx";
import { useApp } from "../ui/app.tsx";
import { Heading, useRoute } from "../ui/route.tsx";

export function Find() {
    const { t } = useApp();
    const { query } = useRoute();
    const [filters, set] = useState(() => fromAddress(query, dayIn(INDIA, new Date())));
    const onFilters = (changed: Filters) => {
        set(changed);
        history.replaceState(null, "", `#/find?${toAddress(changed).toString()}`);
    };
    return (
        <>
            <Heading name={t("book.find")} />
            <SearchPanel
                filters={filters}
                onFilters={onFilters}
                action={(session) =>
                    session.status === "OPEN" && (
                        <a class="button" href={`#/session/${session.session_id}`}>
                            {t("search.book")}
                            <span class="unseen">
                                {" "}
                                {session.center.name}, {session.vaccine}
                            </span>
                        </a>
                    )
                }
            />
        </>
    );
}

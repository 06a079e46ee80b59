// Live availability, for everybody.
import { useState } from "preact/hooks";
import { type Filters, fromAddress, toAddress } from "../lib/filters.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import { SearchPanel } from "../search/panel.tsx";
import { start, useApp } from "../ui/app.tsx";
import { Heading } from "../ui/route.tsx";

function Availability() {
    const { t } = useApp();
    const [filters, set] = useState(() => fromAddress(new URLSearchParams(location.search), dayIn(INDIA, new Date())));
    const onFilters = (changed: Filters) => {
        set(changed);
        history.replaceState(null, "", `?${toAddress(changed).toString()}`);
    };
    return (
        <>
            <Heading name={t("availability")} />
            <p>{t("availability.lead")}</p>
            <SearchPanel
                filters={filters}
                onFilters={onFilters}
                action={(session) =>
                    session.status === "OPEN" && (
                        <a class="button" href={`book.html#/session/${session.session_id}`}>
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

void start("availability", ["common", "problems", "search"], Availability);

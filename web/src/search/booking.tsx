// A search that keeps what it is for in the address, and leads from each open session to its booking.
import { useState } from "preact/hooks";
import { type Filters, fromAddress, toAddress, toSearch } from "../lib/filters.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import { useApp } from "../ui/app.tsx";
import { SearchPanel } from "./panel.tsx";

interface BookingSearchProps {
    /** What the address asks for at first. */
    query: URLSearchParams;
    /** What stands in front of the query in the address. */
    here: string;
    /** The page of bookings; empty if it is this one. */
    page: string;
}

export function BookingSearch({ query, here, page }: BookingSearchProps) {
    const { t } = useApp();
    const [filters, set] = useState(() => fromAddress(query, dayIn(INDIA, new Date())));
    const onFilters = (changed: Filters) => {
        set(changed);
        history.replaceState(null, "", `${here}?${toAddress(changed).toString()}`);
    };
    return (
        <>
            <SearchPanel
                filters={filters}
                onFilters={onFilters}
                action={(session) =>
                    session.status === "OPEN" && (
                        <a class="button" href={`${page}#/session/${session.session_id}`}>
                            {t("search.book")}
                            <span class="unseen">
                                {" "}
                                {session.center.name}, {session.vaccine}
                            </span>
                        </a>
                    )
                }
            />
            {toSearch(filters) !== null && (
                <p class="row">
                    <a class="button" href={`${page}#/alerts?${toAddress(filters).toString()}`}>
                        {t("search.alert")}
                    </a>
                </p>
            )}
        </>
    );
}

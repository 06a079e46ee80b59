import type { Bookings } from "../../.generated/api.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import { save } from "../lib/save.ts";
import { useApp } from "../ui/app.tsx";
import { Field, Picks, useDoing } from "../ui/controls.tsx";
import { FIGURES, tagged, useLive } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { go, Heading } from "../ui/route.tsx";
import { Breakdowns } from "./breakdowns.tsx";
import { Crumbs } from "./crumbs.tsx";
import { Days } from "./days.tsx";
import { addressOf, bookingsPath, BY, type By, type Place, placeOf } from "./place.ts";
import { Rows } from "./rows.tsx";
import { SessionAppointments } from "./session.tsx";
import { Totals } from "./totals.tsx";

export function Overview({ query }: { query: URLSearchParams }) {
    const { t } = useApp();
    const place = placeOf(query, dayIn(INDIA, new Date()));
    const turn = (change: Partial<Place>) => go(addressOf({ ...place, ...change }).slice(1));
    return (
        <>
            <Heading name={t("reports.bookings")} />
            <div class="fields">
                <Field label={t("day")} type="date" required value={place.date} onText={(date) => date !== "" && turn({ date })} />
            </div>
            <Picks
                legend={t("reports.by")}
                name="by"
                value={place.by}
                options={BY.map((by) => ({ value: by, text: t(`reports.${by}`) }))}
                onPick={(by) => turn({ by: by as By })}
            />
            <Crumbs place={place} />
            {place.session === null ? <Figures place={place} /> : <SessionAppointments id={place.session} />}
        </>
    );
}

function Figures({ place }: { place: Place }) {
    const { api, t, f } = useApp();
    const path = bookingsPath(place);
    const live = useLive<Bookings>(path, async () => tagged(await api.read<Bookings>(path)), FIGURES);
    const saving = useDoing();
    const keep = (format: "csv" | "xlsx") =>
        void saving.run(async () => save(await api.file(`${path}&format=${format}`), `bookings-${place.date}.${format}`));
    return (
        <>
            <Problem refusal={live.refusal ?? saving.refusal} again={live.refusal ? live.again : undefined} />
            <p role="status" class="unseen">
                {live.data ? t("reports.shown", { day: f.day(place.date) }) : t("loading")}
            </p>
            {live.data && <Totals total={live.data.total} />}
            {live.at && <p class="dim">{t("reports.at", { at: f.clock(live.at) })}</p>}
            <Days place={place} />
            {live.data && <Rows place={place} rows={live.data.rows} total={live.data.total} />}
            {live.data && live.data.rows.length > 0 && (
                <>
                    <Breakdowns breakdowns={live.data.total.breakdowns} />
                    <div class="row">
                        <button type="button" onClick={() => keep("csv")}>
                            {saving.busy ? t("working") : t("reports.csv")}
                        </button>
                        <button type="button" onClick={() => keep("xlsx")}>
                            {saving.busy ? t("working") : t("reports.xlsx")}
                        </button>
                    </div>
                </>
            )}
        </>
    );
}

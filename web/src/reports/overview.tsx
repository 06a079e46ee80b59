import type { Bookings } from "../../.generated/api.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import { save } from "../lib/save.ts";
import { useApp } from "../ui/app.tsx";
import { Field, useDoing } from "../ui/controls.tsx";
import { FIGURES, tagged, useLive } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { go, Heading } from "../ui/route.tsx";
import { Crumbs } from "./crumbs.tsx";
import { Days } from "./days.tsx";
import { addressOf, type Place, placeOf, reportPath, share } from "./place.ts";
import { Rows } from "./rows.tsx";
import { SessionAppointments } from "./session.tsx";

export function Overview({ query }: { query: URLSearchParams }) {
    const { t } = useApp();
    const place = placeOf(query, dayIn(INDIA, new Date()));
    return (
        <>
            <Heading name={t("reports.bookings")} />
            <div class="fields">
                <Field label={t("day")} type="date" required value={place.date} onText={(date) => date !== "" && go(addressOf({ ...place, date }).slice(1))} />
            </div>
            <Crumbs place={place} />
            {place.session === null ? <Figures place={place} /> : <SessionAppointments id={place.session} />}
        </>
    );
}

function Figures({ place }: { place: Place }) {
    const { api, t, f } = useApp();
    const path = reportPath(place);
    const live = useLive<Bookings>(path, async () => tagged(await api.read<Bookings>(path)), FIGURES);
    const saving = useDoing();
    const total = live.data?.total;
    return (
        <>
            <Problem refusal={live.refusal ?? saving.refusal} again={live.refusal ? live.again : undefined} />
            <p role="status" class="unseen">
                {live.data ? t("reports.shown", { day: f.day(place.date) }) : t("loading")}
            </p>
            {total && (
                <dl class="totals">
                    <Total name={t("reports.booked")} value={f.number(total.booked)} />
                    <Total name={t("reports.capacity")} value={f.number(total.capacity ?? 0)} />
                    <Total name={t("reports.used")} value={f.percent(share(total.booked, total.capacity ?? 0))} />
                    <Total name={t("reports.sessions")} value={f.number(total.sessions)} />
                </dl>
            )}
            {live.at && <p class="dim">{t("reports.at", { at: f.clock(live.at) })}</p>}
            <Days place={place} today={total ?? null} />
            {live.data && <Rows place={place} rows={live.data.rows} total={live.data.total} />}
            {live.data && live.data.rows.length > 0 && (
                <button type="button" onClick={() => void saving.run(async () => save(await api.file(`${path}&format=csv`), `bookings-${place.date}.csv`))}>
                    {saving.busy ? t("working") : t("reports.csv")}
                </button>
            )}
        </>
    );
}

function Total({ name, value }: { name: string; value: string }) {
    return (
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    );
}

// What to bring: on paper, or shown on the phone.
import { encode } from "uqr";
import type { Appointment, Beneficiary } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { useOnce } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";
import { Heading } from "../ui/route.tsx";
import { AppointmentFacts } from "./appointment.tsx";

export function Slip({ beneficiary, appointment }: { beneficiary: string; appointment: string }) {
    const { api, t } = useApp();
    const path = `/v1/appointments/${encodeURIComponent(beneficiary)}/${encodeURIComponent(appointment)}`;
    const found = useOnce(path, async () => {
        const person = api.read<Beneficiary>(`/v1/beneficiaries/${encodeURIComponent(beneficiary)}`);
        const [one, two] = await Promise.all([api.read<Appointment>(path), person]);
        return { appointment: one.body, person: two.body };
    });
    return (
        <>
            <Heading name={t("slip")} />
            <Problem refusal={found.refusal} again={found.again} />
            {found.data && (
                <article class="panel slip" aria-labelledby="slip-person">
                    <h2 id="slip-person">{found.data.person.name}</h2>
                    <p class="reference">{found.data.appointment.reference}</p>
                    <Code text={found.data.appointment.reference} label={t("slip.code")} />
                    <AppointmentFacts appointment={found.data.appointment} />
                    <p>{t("slip.bring")}</p>
                </article>
            )}
            <p class="row noprint">
                <button type="button" class="main" onClick={() => window.print()}>
                    {t("slip.print")}
                </button>
                <a class="button" href="#/">
                    {t("back")}
                </a>
            </p>
        </>
    );
}

/** A QR code in one path, black on white in every colour scheme. */
function Code({ text, label }: { text: string; label: string }) {
    const { data, size } = encode(text, { ecc: "M", border: 3 });
    const dark = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    return (
        <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
            <rect width={size} height={size} fill="#fff" />
            <path d={dark} fill="#000" />
        </svg>
    );
}

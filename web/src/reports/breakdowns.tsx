// The same figures, divided by each thing.
import type { Breakdowns as Parts } from "../../.generated/api.ts";
import type { Key } from "../lib/i18n.ts";
import { useApp } from "../ui/app.tsx";
import { UnitCells, UnitHeads } from "./units.tsx";

export function Breakdowns({ breakdowns }: { breakdowns: Parts }) {
    const { t } = useApp();
    const tables = [
        { name: t("vaccine"), parts: breakdowns.vaccine, said: String },
        { name: t("dose"), parts: breakdowns.dose, said: (part: string) => t(`dose.${part}` as Key) },
        { name: t("age"), parts: breakdowns.age_band, said: String },
        { name: t("fee"), parts: breakdowns.fee_type, said: (part: string) => t(`fee.${part}` as Key) },
    ];
    return (
        <details>
            <summary>{t("reports.breakdowns")}</summary>
            <div class="cards">
                {tables.map(({ name, parts, said }) => (
                    <table key={name}>
                        <caption>{name}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{name}</th>
                                <UnitHeads />
                            </tr>
                        </thead>
                        <tbody>
                            {parts.map((part) => (
                                <tr key={part.part}>
                                    <th scope="row">{said(part.part)}</th>
                                    <UnitCells of={part} />
                                </tr>
                            ))}
                        </tbody>
                    </table>
                ))}
            </div>
        </details>
    );
}

// Files of places, centers and sessions. Either every row is good, or nothing is imported.
import { useId, useState } from "preact/hooks";
import type { Imported, RowNote } from "../../.generated/api.ts";
import { isRecord } from "../lib/problem.ts";
import { useApp } from "../ui/app.tsx";
import { Choice, Submit, Told, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";

const KINDS = ["sessions", "centers", "districts"] as const;

export function Import() {
    const { api, t, f } = useApp();
    const [kind, setKind] = useState<(typeof KINDS)[number]>("sessions");
    const [file, setFile] = useState<File | null>(null);
    const [imported, setImported] = useState<Imported | null>(null);
    const doing = useDoing();
    const id = useId();
    const send = (chosen: File) =>
        doing.run(async () => {
            setImported(null);
            const csv = await chosen.text();
            setImported((await api.write<Imported>({ method: "POST", path: `/v1/admin/import/${kind}`, csv })).body);
        });
    return (
        <>
            <form
                class="panel"
                aria-label={t("staff.import")}
                onSubmit={(event) => {
                    event.preventDefault();
                    if (file) void send(file);
                }}
            >
                <Choice label={t("import.kind")} value={kind} options={KINDS.map((known) => ({ value: known, text: t(`import.${known}`) }))} onPick={(value) => setKind(value as typeof kind)} />
                <div class="field">
                    <label for={id}>{t("import.file")}</label>
                    <input id={id} type="file" accept=".csv,text/csv" required aria-describedby={`${id}-hint`} onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />
                    <p class="hint" id={`${id}-hint`}>
                        {t("import.hint")}
                    </p>
                </div>
                <p>
                    <code>{HEADERS[kind]}</code>
                </p>
                <Problem refusal={doing.refusal} />
                <Submit busy={doing.busy} disabled={!file}>
                    {t("import.do")}
                </Submit>
            </form>
            <Told>{imported && t("import.done", { count: f.number(imported.rows) })}</Told>
            {doing.refusal?.slug === "bad-rows" && <Notes caption={t("import.errors")} notes={notesOf(doing.refusal.members["rows"])} />}
            {imported && imported.warnings.length > 0 && <Notes caption={t("import.warnings")} notes={imported.warnings} />}
        </>
    );
}

/** The columns of each file, as the API reads them. */
const HEADERS = {
    sessions: "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3",
    centers: "center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,fee_type,opens,closes",
    districts: "state_id,state_name,district_id,district_name",
};

function notesOf(rows: unknown): RowNote[] {
    return (Array.isArray(rows) ? rows : []).filter(isRecord).map((row) => ({
        line: Number(row["line"]),
        column: typeof row["column"] === "string" ? row["column"] : null,
        detail: String(row["detail"] ?? ""),
    }));
}

function Notes({ caption, notes }: { caption: string; notes: readonly RowNote[] }) {
    const { t, f } = useApp();
    return (
        <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
            <table>
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t("import.line")}</th>
                        <th scope="col">{t("import.column")}</th>
                        <th scope="col">{t("import.what")}</th>
                    </tr>
                </thead>
                <tbody>
                    {notes.map((note, index) => (
                        <tr key={index}>
                            <th scope="row">{f.number(note.line)}</th>
                            <td>{note.column ?? "–"}</td>
                            <td>{note.detail}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

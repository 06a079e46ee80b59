const NAME = /^[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*$/;
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Whether the API takes it for an e-mail address: those that people have, not all that RFC 5321 allows. */
export function isEmail(text: string): boolean {
    const [name = "", domain = "", ...more] = text.split("@");
    const labels = domain.split(".");
    return more.length === 0 && text.length <= 254 && name.length <= 64 && NAME.test(name) && labels.length > 1 && labels.every((label) => LABEL.test(label));
}

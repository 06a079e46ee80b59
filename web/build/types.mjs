// Writes the schemas of openapi.json as TypeScript types, so that a change of the API which the pages do not follow fails to compile.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export function typesOf(description) {
    const schemas = Object.entries(description.components.schemas);
    const types = schemas.map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
    const slugs = Object.keys(description.components.examples).map((slug) => JSON.stringify(slug));
    return `// Made from openapi.json.\n\n${types.join("\n")}\nexport type Slug = ${slugs.join(" | ")};\n`;
}

function typeOf(schema) {
    if (schema.$ref) return schema.$ref.split("/").pop();
    if (schema.oneOf ?? schema.anyOf) return (schema.oneOf ?? schema.anyOf).map(typeOf).join(" | ");
    if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part)})`).join(" & ");
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    const kinds = [schema.type ?? "unknown"].flat();
    return kinds.map((kind) => typeOfKind(kind, schema)).join(" | ");
}

function typeOfKind(kind, schema) {
    switch (kind) {
        case "integer":
            return "number";
        case "array":
            return `(${typeOf(schema.items)})[]`;
        case "object":
            return objectType(schema);
        default:
            return kind;
    }
}

function objectType(schema) {
    if (!schema.properties) return `Record<string, ${schema.additionalProperties ? typeOf(schema.additionalProperties) : "unknown"}>`;
    const required = new Set(schema.required);
    const fields = Object.entries(schema.properties).map(
        ([name, field]) => `${JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${typeOf(field)};`,
    );
    return `{ ${fields.join(" ")} }`;
}

mkdirSync(join(ROOT, ".generated"), { recursive: true });
const description = JSON.parse(readFileSync(join(ROOT, "../openapi.json"), "utf8"));
writeFileSync(join(ROOT, ".generated/api.ts"), typesOf(description));

// breaks: resolvable
// @ts-expect-error the file is missing on purpose
import "./missing.ts";

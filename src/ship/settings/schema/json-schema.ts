import * as z from "zod";
import { fileSchema } from "./file-schema.ts";

/** The JSON Schema of a unit's file, for editors. */
export function unitJsonSchema(): object {
  const schema = z.toJSONSchema(fileSchema, {
    io: "input",
    reused: "ref",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // Compose lets other tools keep their own keys.
      if (jsonSchema.type === "object" && jsonSchema.additionalProperties === false) jsonSchema.patternProperties = { "^x-": {} };
    },
  });
  return { ...schema, title: "cooper unit", description: "A Compose file of one service, with x-cooper for what Compose has no key for." };
}

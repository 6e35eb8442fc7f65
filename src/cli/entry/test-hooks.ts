import { register } from "node:module";

const library = new URL("./test.mjs", import.meta.url).href;
const resolve = `export const resolve = (name, context, next) =>
  name === "cooper/test" ? { url: ${JSON.stringify(library)}, shortCircuit: true } : next(name, context);`;

// A unit's folder has no node_modules: the name leads to the library beside this file.
register(`data:text/javascript,${encodeURIComponent(resolve)}`);

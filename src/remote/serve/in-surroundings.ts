import type { Shell } from "../../history/model.ts";

/** With what the engine gives every command beside the container's own variables. */
export function inSurroundings(shell: Shell, { path }: { readonly path: string | null }): Shell {
  const given = { HOME: shell.identity.home, ...(path === null ? {} : { PATH: path }) };
  const variables = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, { kind: "scalar", value, exported: true } as const]),
  );
  return { ...shell, state: { ...shell.state, variables: { ...variables, ...shell.state.variables } } };
}

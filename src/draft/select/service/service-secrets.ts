import type { Finding } from "../../../base/finding.ts";
import { interactiveProgram } from "../bring/bring.ts";
import type { Secrets } from "../words/secrets.ts";
import type { ServiceWork } from "./service-work.ts";
import type { Work } from "../judge/work.ts";

/** What is put into services, without what cannot be put in again. */
export interface KnownServiceWork {
  readonly services: readonly ServiceWork[];
  readonly secrets: Secrets;
}

/** A Step that holds a secret is not run; then what was done later to the same service's data may fail, and is left out too. */
export function leaveOutDependents(services: readonly ServiceWork[], secrets: Secrets, works: readonly Work[]): KnownServiceWork {
  const leftOut = new Map(secrets.leftOut);
  const first = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { row, clients } of services) {
    const name = row.scripts[0] ?? "";
    for (const rank of clients) {
      const id = works[rank]?.timed.step.id ?? "";
      const cause = first.get(name);
      if (cause === undefined && !leftOut.has(rank)) continue;
      if (cause === undefined) first.set(name, id);
      else if (!leftOut.has(rank)) leftOut.set(rank, `it may need what Step ${cause} put into ${name}, which is left out`);
      findings.push(dataFinding(id, name, leftOut.get(rank) ?? ""));
    }
  }
  const known = services
    .map((service) => ({ ...service, clients: service.clients.filter((rank) => !leftOut.has(rank)) }))
    .filter(({ clients }) => clients.length > 0);
  return { services: known, secrets: { ...secrets, leftOut, findings: [...secrets.findings, ...findings] } };
}

/** What was typed into a client that reads from the terminal is not known. */
export function typedData(works: readonly Work[], stripped: readonly Work[]): Finding[] {
  return works.flatMap((work) => {
    const program = work.changes.length > (stripped[work.rank]?.changes.length ?? 0) ? interactiveProgram(work) : null;
    return program === null ? [] : [dataFinding(work.timed.step.id, program, "what was typed into it is not known")];
  });
}

function dataFinding(step: string, name: string, why: string): Finding {
  return {
    code: "service-data-left-out",
    message: `What Step ${step} put into ${name} is not in the image: ${why}.`,
    hint: "Put it in when the container starts, or record it as a command without secrets (`psql -f FILE`).",
  };
}

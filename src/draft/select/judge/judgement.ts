import type { Finding } from "../../../base/finding.ts";
import type { DraftInput } from "../../model.ts";
import type { Bringing } from "../bring/bring.ts";
import type { Living } from "./liveness.ts";
import type { Need } from "./needs.ts";
import type { PathLog } from "./path-log.ts";
import type { Secrets } from "../words/secrets.ts";
import type { ServiceWork } from "../service/service-work.ts";
import type { Work } from "./work.ts";

/** All that the fates of Steps are told from. */
export interface Judgement {
  readonly input: DraftInput;
  /** By rank. */
  readonly works: readonly Work[];
  readonly log: PathLog;
  readonly matters: ReadonlySet<string>;
  readonly secrets: Secrets;
  /** By rank. */
  readonly bringings: readonly Bringing[];
  readonly living: Living;
  readonly services: readonly ServiceWork[];
  readonly needsOf: (work: Work) => readonly Need[];
  readonly findings: readonly Finding[];
}

import { CooperError } from "../../base/errors.ts";
import { inspectImage } from "../../engine/image/image.ts";
import type { Ownership } from "../../system/file/write-no-follow.ts";
import type { Plan, PlanStep } from "../plan/model.ts";
import { readSecrets, type SecretValue } from "../secrets/read-secrets.ts";
import type { SecretFile } from "../secrets/secret-files.ts";
import { checkContent, type Item } from "./content.ts";
import { explained } from "./explain.ts";
import { checkFill, type FillFolder } from "./fill-folder.ts";
import { type Identities, readIdentities } from "./identities.ts";
import type { Place } from "./place.ts";
import { checkItem, placeItem } from "./provision-item.ts";
import { checkApart } from "./test-volumes.ts";
import { trustedPlace } from "./trusted-root.ts";
import { openPlaced, pathOf, type PlacedFolder, unsafe } from "./walk-down.ts";

/** What a plan asks of this machine, with every owner known and every secret read. */
export interface Work {
  readonly folders: readonly { readonly placed: PlacedFolder; readonly ownership: Ownership }[];
  readonly fills: readonly { readonly step: FillFolder; readonly ownership: Ownership }[];
  readonly volumes: readonly string[];
  readonly items: readonly { readonly item: Item; readonly ownership: Ownership }[];
  readonly secrets: readonly SecretFile[];
  /** What is made on the way to something. */
  readonly parents: Ownership;
}

type MakeFolder = Extract<PlanStep, { readonly act: "make-folder" }>;

/** Reads and checks all that a plan asks of this machine, and changes nothing. */
export async function checkPlan(plan: Plan, place: Place): Promise<Work> {
  const { engine, settings } = place;
  const folders = plan.steps.filter((step) => step.act === "make-folder");
  const fills = plan.steps.filter((step) => step.act === "fill-folder");
  const items = (settings.cooper.provision ?? []).filter(({ only }) => only === undefined || only.includes(plan.mode));
  const hasSecrets = plan.steps.some(({ act }) => act === "give-secret");
  if (!engine.isLocal && folders.length + fills.length + items.length + (hasSecrets ? 1 : 0) > 0) throw notLocal(place);
  const secrets = await readSecrets(plan, place);
  const user = hasSecrets ? await userOf(plan, place) : { owner: null, group: null };
  const wanted = [...folders, ...items, ...secrets, user].flatMap(({ owner, group }) => [owner ?? null, group ?? null]);
  const identities = await readIdentities(engine, plan, { names: wanted, mayMake: true });
  await checkApart(fills, place);
  for (const step of fills) await checkFill(step, plan, place);
  return {
    folders: await placeFolders(folders, fills, { plan, place, identities }),
    fills: fills.map((step) => ({ step, ownership: identities.ownership(folders.find(({ path }) => path === step.to) ?? ANYBODY) })),
    volumes: plan.steps.flatMap((step) => (step.act === "make-volume" ? [step.name] : [])),
    items: await checkItems(items, { plan, place, identities }),
    secrets: secrets.map((secret) => secretFile(secret, user, identities)),
    parents: identities.ownership({ ...ANYBODY, mode: "755" }),
  };
}

const ANYBODY = { owner: null, group: null, mode: null };

interface Checking {
  readonly plan: Plan;
  readonly place: Place;
  readonly identities: Identities;
}

/** A folder that is filled is made by that; what is there already is mounted as it is, also a file or a socket. */
async function placeFolders(
  folders: readonly MakeFolder[],
  fills: readonly FillFolder[],
  { plan, place, identities }: Checking,
): Promise<Work["folders"]> {
  const own = folders.filter(({ path }) => !fills.some(({ to }) => to === path));
  const placed = await Promise.all(own.map(async (step) => ({ step, placed: await trustedPlace(step.path, plan, place) })));
  return placed.flatMap(({ step, placed: at }) =>
    at.parts.length === 0 || explained(step.path, () => isThere(at)) ? [] : [{ placed: at, ownership: identities.ownership(step) }],
  );
}

function isThere(placed: PlacedFolder): boolean {
  const parent = openPlaced({ ...placed, parts: placed.parts.slice(0, -1) });
  try {
    const type = parent?.stat(placed.parts.at(-1) ?? "")?.type;
    if (type === "symlink") throw unsafe(pathOf(placed), "is a link");
    return type !== undefined;
  } finally {
    parent?.close();
  }
}

async function checkItems(items: readonly Item[], { plan, place, identities }: Checking): Promise<Work["items"]> {
  for (const item of items) {
    await checkContent(item, place);
    const placed = await placeItem(item, plan, place);
    if (placed !== null) checkItem(placed);
  }
  return items.map((item) => {
    const { owner = null, group = null, mode = null } = item;
    return { item, ownership: identities.ownership({ owner, group, mode }) };
  });
}

/** The user that the container's first process is. */
async function userOf(plan: Plan, { engine }: Place): Promise<{ readonly owner: string; readonly group: string | null }> {
  const { user } =
    plan.container.user === undefined ? (await inspectImage(engine, plan.image.id ?? plan.image.reference)).config : plan.container;
  const [owner = "", group = ""] = (user ?? "").split(":");
  return { owner: owner || "0", group: group || null };
}

function secretFile(
  secret: SecretValue,
  user: { readonly owner: string | null; readonly group: string | null },
  identities: Identities,
): SecretFile {
  const { owner, group } = secret.owner === null ? { owner: user.owner, group: secret.group ?? user.group } : secret;
  const wanted = { owner, group, mode: secret.mode ?? "0400" };
  const ownership = identities.ownership(wanted);
  // The container's root reads all files; who is not root here could not give it one.
  const isRoots = identities.inside(wanted).uid === 0 && process.geteuid?.() !== 0;
  return { target: secret.target, bytes: secret.bytes, ownership: isRoots ? { uid: null, gid: null, mode: ownership.mode } : ownership };
}

function notLocal({ engine, settings }: Place): CooperError {
  const message = `What ${settings.name} needs of its machine (folders, files, secrets) would be made here, and the engine ${engine.url} is on another one.`;
  return new CooperError("provision-not-local", message, { hint: "Run cooper on that machine, or use named volumes." });
}

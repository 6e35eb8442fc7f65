import type { Plan, PlanStep } from "../ship/plan/model.ts";
import type { OwnerIds, PlanOwners } from "../ship/provision/plan-owners.ts";
import { escapeLines, escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";

/** A plan as a person reads it, with the docker command that makes the container and who the owners are. */
export function renderPlan(
  plan: Plan,
  { command, owners }: { readonly command: string; readonly owners: PlanOwners },
  style: Style,
): string {
  const { reference, id } = plan.image;
  const image = id === null ? style.yellow("not there yet") : id.replace(/^sha256:/u, "").slice(0, 12);
  const lines = [
    `${style.bold(escapeText(plan.container.name))}  ${plan.mode} instance of ${escapeText(plan.unit)}`,
    `image: ${escapeText(reference)} (${image})`,
    ...(plan.after.length === 0 ? [] : [`after: ${plan.after.map(escapeText).join(", ")}`]),
    ...(plan.replaces ? [style.yellow("a container of this name is there: it would have to make room")] : []),
    ...(plan.replaces ? [replacementText(plan)] : []),
    ...(plan.steps.length === 0 ? [] : ["", "before it starts"]),
    ...plan.steps.map((step) => `  ${escapeText(`${stepText(step)}${idsText(owners.ids.get(step))}`)}`),
    ...(owners.map.kind === "none" ? [] : [`  users of the container are others here (${owners.map.kind}): cooper engine uid-map`]),
    "",
    escapeLines(command),
  ];
  return `${lines.join("\n")}\n`;
}

function replacementText({ replacement: { strategy, because } }: Plan): string {
  if (strategy === "start-first") return "the old one serves until the new one is accepted";
  return `the old one is stopped first (${escapeText(because ?? "")}), and comes back if the new one is not accepted`;
}

/** Both sides' numbers of an owner, where it is known. */
function idsText(ids: OwnerIds | undefined): string {
  if (ids === undefined) return "";
  const text = ({ uid, gid }: OwnerIds["host"]): string => `${uid ?? "-"}:${gid ?? "-"}`;
  return ` (${text(ids.container)} in the container, ${text(ids.host)} here)`;
}

/** A step of a plan in words. */
function stepText(step: PlanStep): string {
  switch (step.act) {
    case "make-network":
      return `make the network ${step.name}${step.internal ? ", without a way out" : ""}${step.subnet === null ? "" : `, ${step.subnet}`}`;
    case "make-volume":
      return `make the volume ${step.name} unless it is there`;
    case "make-folder":
      return `make the folder ${step.path} unless it is there${ownerText(step)}`;
    case "fill-folder":
      return fillText(step);
    case "provision":
      return `make the ${step.kind} ${step.path} in the container unless it is there${ownerText(step)}${step.content === null ? "" : `, content from a ${step.content}`}`;
    case "give-secret":
      return `give the secret ${step.name} (${step.from}) as ${step.target}`;
  }
}

function fillText({ policy, from, to, maxSize }: Extract<PlanStep, { readonly act: "fill-folder" }>): string {
  if (policy === "empty") return `empty ${to}`;
  const what = policy === "tree" ? "the folders" : "all";
  return `empty ${to} and copy ${what} of ${from}${maxSize === null ? "" : `, at most ${maxSize} bytes`}`;
}

function ownerText({
  owner,
  group,
  mode,
}: {
  readonly owner: string | null;
  readonly group: string | null;
  readonly mode: string | null;
}): string {
  const names = [owner ?? "", group ?? ""].filter(Boolean).join(":");
  return [names === "" ? "" : `, owner ${names}`, mode === null ? "" : `, mode ${mode}`].join("");
}

import { readCommands, readRedirections } from "../../format/shell/commands.ts";
import type { ShellCommand, ShellWord } from "../../format/shell/commands.ts";

/** Programs that use no folder but those their operands name, with the number of leading operands that are no paths. */
const NAMED_FOLDERS: Readonly<Record<string, number>> = {
  cat: 0,
  chgrp: 1,
  chmod: 1,
  chown: 1,
  cp: 0,
  install: 0,
  ln: 0,
  mkdir: 0,
  mkfifo: 0,
  mv: 0,
  rm: 0,
  rmdir: 0,
  tee: 0,
  touch: 0,
  truncate: 0,
};

/** Programs whose operands are no paths; those that may be get a look for a slash or a dot. */
const NO_FOLDER: ReadonlySet<string> = new Set(
  (
    ": a2dismod a2dissite a2enconf a2enmod a2ensite addgroup adduser apt apt-get chpasswd chage debconf-set-selections deluser echo " +
    "export false gpasswd groupadd groupdel groupmod locale-gen passwd postconf printf seq service sleep true umask unset useradd " +
    "userdel usermod wait newaliases"
  ).split(" "),
);

/** False when a text does the same in any working directory. */
export function usesFolder(text: string): boolean {
  if (/\bcd -(?!\w)|\bpopd\b|\bOLDPWD\b/.test(text)) return true;
  if (/^\s*cd (?:\/|~\/?|"\/|'\/)[\w./"' -]*(?:&&|;|\n|$)/.test(text)) return false;
  const isElsewhere = readRedirections(text).some(
    ({ operator, target }) => target !== null && !operator.startsWith("<<") && !isDescriptor(operator, target) && !isFixed(target),
  );
  return isElsewhere || readCommands(text).some(commandUsesFolder);
}

function commandUsesFolder(command: ShellCommand): boolean {
  const name = command.name ?? "";
  if (command.words.length === 0) return command.assignments.some(({ text }) => /[`(*?[]/.test(text));
  const isMode = name === "chmod" ? /^[ugoa]*[-+=][ugorwxXst,+=-]*$/ : /^[-+]/;
  const operands = command.words.slice(1).filter((word) => !word.text.startsWith("-") && !isMode.test(word.text));
  if (NO_FOLDER.has(name)) return operands.some(mayBePath);
  if (!Object.hasOwn(NAMED_FOLDERS, name)) return true;
  const leading = name === "chmod" && !/^[0-7]+$/.test(operands[0]?.text ?? "") ? 0 : (NAMED_FOLDERS[name] ?? 0);
  return operands.slice(leading).some((word) => !isFixed(word));
}

/** A word that a pattern or a relative path in it would tie to the folder. */
function mayBePath(word: ShellWord): boolean {
  return /[*?[]/.test(word.text.replace(/'[^']*'|"[^"$`]*"/g, "")) || /^\.{0,2}\/|\$\(|`/.test(word.text.replace(/^\//, ""));
}

function isDescriptor(operator: string, target: ShellWord): boolean {
  return operator.endsWith("&") && /^(?:\d+|-)$/.test(target.text);
}

function isFixed(word: ShellWord): boolean {
  if (/\$\(|`/.test(word.text)) return false;
  return /^(?:["']?\/|~(?:\/|$))/.test(word.text);
}

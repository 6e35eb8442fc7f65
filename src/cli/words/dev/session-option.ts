/** The flag and the text of the option that names a session. */
export const SESSION = "-s, --session <name>";
export const WHICH = "the session: its name, a unique prefix of it, or its folder; else the shell's own, or that of this folder";

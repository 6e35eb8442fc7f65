/** Takes the exit code of the verb that was given. */
export type Done = (exit: number) => void;

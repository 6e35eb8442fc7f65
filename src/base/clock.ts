/** The time in milliseconds since 1970, as an argument, so that tests choose it. */
export type Clock = () => number;

/** Random bytes as lower-case hexadecimal text of `bytes * 2` digits. */
export type RandomHex = (bytes: number) => string;

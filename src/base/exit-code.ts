/** The exit codes of every verb. Verbs that run the user's own command pass its code on and use the last three for cooper's own failures. */
export const EXIT = {
  done: 0,
  no: 1,
  usage: 2,
  engine: 3,
  incomplete: 4,
  selfTest: 5,
  rolledBack: 6,
  deadline: 124,
  cooperFailed: 125,
  notExecutable: 126,
  notFound: 127,
  interrupted: 130,
} as const;

interface Work<Item, Result> {
  /** `isNext` tells whether all before it have been handed on. */
  act(item: Item, isNext: () => boolean): Promise<Result>;
  hear(result: Result): Promise<void>;
}

/** Does something with all items, some at once, and hands the results on in the items' order; the first error ends it. */
export async function inOrder<Item, Result>(items: readonly Item[], atOnce: number, { act, hear }: Work<Item, Result>): Promise<void> {
  const running: Promise<Result>[] = [];
  let next = 0;
  let handedOn = 0;
  const start = (): void => {
    const at = next++;
    const item = items[at];
    if (item === undefined) return;
    const result = act(item, () => handedOn === at);
    // It is awaited below in its turn; until then its error is nobody's.
    result.catch(() => undefined);
    running.push(result);
  };
  for (let count = 0; count < atOnce; count++) start();
  for (let result = running.shift(); result !== undefined; result = running.shift()) {
    const done = await result;
    start();
    await hear(done);
    handedOn++;
  }
}

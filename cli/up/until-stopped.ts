/** Resolves at the first signal to stop, once `first` was called; a second one calls `impatient`. */
export async function untilStopped(
  impatient: () => void,
  first: () => void = () => undefined,
): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (isStopping) {
        impatient();
        return;
      }
      isStopping = true;
      first();
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

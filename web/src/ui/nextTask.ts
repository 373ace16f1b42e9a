/** Wait for the next task, so that the browser can respond to input before. */
export const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve))

export function builtFolder(): Promise<string>;

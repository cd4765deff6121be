const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined

export type Style = (text: string) => string

export const plain: Style = (text) => text
export const bold: Style = ansi(1)
export const dim: Style = ansi(2)
export const red: Style = ansi(31)
export const green: Style = ansi(32)
export const yellow: Style = ansi(33)
export const cyan: Style = ansi(36)

function ansi(code: number): Style {
  return colour ? (text) => text && `\u001b[${code}m${text}\u001b[0m` : plain
}

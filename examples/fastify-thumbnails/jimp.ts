import { createJimp } from '@jimp/core'
import jpeg from '@jimp/js-jpeg'
import png from '@jimp/js-png'
import { methods as resize } from '@jimp/plugin-resize'

/** Of Jimp what thumbnails need. A format that it does not know is one less that a stranger can send. */
export const Jimp = createJimp({ formats: [jpeg, png], plugins: [resize] })

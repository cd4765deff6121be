// The older majors have no types under their alias; what the suite uses of them is the same.
declare module 'express4' {
  import express = require('express')
  export default express
}
declare module 'koa2' {
  import Koa = require('koa')
  export default Koa
}
declare module 'fastify4' {
  import { fastify } from 'fastify'
  export default fastify
}

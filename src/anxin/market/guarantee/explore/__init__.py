"""The proof of the guarantee (保障): every order of acts up to a depth, through the machines that the market runs on."""

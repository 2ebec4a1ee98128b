"""Read and write a capture. (contract; to be filled)"""
